"""The outlines of countries, from Natural Earth (public domain), as `world.json` holds them.

By two-letter code: rings of points, each point a step of longitude and latitude from the one before
in hundredths of a degree, the first from 0, 0. `renew.py` prepares the file.
"""
