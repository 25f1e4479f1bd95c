"""The pages, by area. Each area's file exports `bp`; this list is all there is."""

from __future__ import annotations

from flask import Blueprint

from tracker.web import feeds, health

BLUEPRINTS: tuple[Blueprint, ...] = (feeds.bp, health.bp)
