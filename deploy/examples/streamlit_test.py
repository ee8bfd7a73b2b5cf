"""Runs the Streamlit app without a browser, against the server, and uses its widgets."""

import sys

from streamlit.testing.v1 import AppTest

site = sys.argv[1]


def value(app, label):
    assert not app.exception, app.exception
    return next(m.value for m in app.metric if m.label == label)


app = AppTest.from_file("streamlit_app.py", default_timeout=60).run()
app.selectbox[0].select(site).run()
print("views of people:", value(app, "Views"))
app.toggle[0].set_value(False).run()
print("views with bots:", value(app, "Views"))
app.date_input[0].set_value((app.date_input[0].value[0],) * 2).run()
print("views on the first day:", value(app, "Views"))
