"""The messages of the pages: English stands in the templates, every other language in its `.po`."""
