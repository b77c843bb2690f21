"""Which subscriptions the estate has, and what its people write in tags."""

from __future__ import annotations

ZAKEN = "aaaaaaaa-0000-4000-8000-000000000001"
ANALYSE = "aaaaaaaa-0000-4000-8000-000000000002"
OUD = "aaaaaaaa-0000-4000-8000-000000000003"

MATERIAL = {"systeem": "zaaksysteem", "Materieel": "JA"}
NOT_MATERIAL = {"materieel": "nee"}
PRIMARY = {"proces": "primair"}
LARGE_SCALE = {"persoonsgegevens": "grootschalig"}
PRODUCTION = {"omgeving": "productie"}
PRODUCTION_OF_PEOPLE = {"omgeving": "productie", "persoonsgegevens": "ja"}
TEST = {"env": "test"}
TWO_ENVIRONMENTS = {"env": "prod", "omgeving": "acceptatie"}
NO_WORD = {"materieel": "misschien"}
CONTRADICTION = {"materieel": "ja", "material": "no"}
