"""The least that Flask can do: what bench_server compares with."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "Xin chào"
