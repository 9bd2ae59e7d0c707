"""Three hundred texts that would do harm wherever they were not taken for text."""

import itertools

_PAYLOADS = [
    "<script>window.harm=1</script>",
    "<img src=x onerror=window.harm=1>",
    "<svg onload=window.harm=1>",
    "<svg><script>window.harm=1</script></svg>",
    "<svg><animate onbegin=window.harm=1 attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.harm=1</script>'></iframe>",
    "<iframe src=javascript:parent.harm=1></iframe>",
    "<a href=javascript:window.harm=1>here</a>",
    "<details open ontoggle=window.harm=1>",
    "<style>*{display:none}</style>",
    "<base href=https://example.org/>",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<object data=https://example.org/x></object>",
    "<math><mtext><script>window.harm=1</script></mtext></math>",
    "<template><script>window.harm=1</script></template>",
    "<form action=https://example.org/><button>send</button></form>",
    "<input autofocus onfocus=window.harm=1>",
    "javascript:window.harm=1",
    "{{ 7 * 7 }}{% for x in y %}{# gone #}",
    "{{ ''.__class__.__mro__ }}",
    "${7*7} #{7*7} %(x)s {0} {x}",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://example.org","here")',
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "＝1+1",
    "<video><source onerror=window.harm=1></video>",
    "<body onload=window.harm=1>",
    "]]><script>window.harm=1</script>",
    "ما لا يقل عن جنديا",
    "&lt;script&gt;window.harm=1&lt;/script&gt;",
    "&#60;script&#62;",
    "`x` **b** [l](javascript:harm) ![i](data:x) | # h",
    "a very longwordwithoutanyspace" * 8,
]
_BREAKOUTS = [
    "{}",
    '">{}',
    "'>{}",
    "--> {}",
    "</style>{}",
    "</title></script>{}",
    "</details></table>{}",
    'x" onmouseover="window.harm=1" y="{}',
    "</textarea>{}<!--",
]

TEXTS = [
    breakout.replace("{}", payload)
    for breakout, payload in itertools.product(_BREAKOUTS, _PAYLOADS)
][:300]

TURNING = [
    "abc\u202edcba\u202c",
    "a\u2066b\u2069",
    "a\u200fb",
    "a\u200bb",
    "a\u2028b",
    "a\x1b[31mb",
]
"""Texts that turn or hide what follows; a ledger that holds them is refused, row by row."""
