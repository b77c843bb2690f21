"""What is not read in depth of Google Cloud, and why; the inventory lists these types all the same."""

from __future__ import annotations

#: Type and reason, shown by `wolkenzicht-agent kinds`.
NOT_READ: tuple[tuple[str, str], ...] = (
    (
        "bigquery.googleapis.com/Dataset (replicas)",
        (
            "replicas made by ALTER SCHEMA ADD REPLICA stand neither in the API's dataset nor in the "
            "inventory; only a query on INFORMATION_SCHEMA.SCHEMATA_REPLICAS shows them, and the right to "
            "run query jobs is more than reading metadata"
        ),
    ),
    (
        "bigquery.googleapis.com/Table",
        "a table lies where its dataset does; an estate has millions of them, which the inventory lists",
    ),
    (
        "secretmanager.googleapis.com/SecretVersion",
        "a version lies where its secret does",
    ),
    (
        "cloudkms.googleapis.com/CryptoKeyVersion",
        "a version lies where its key does",
    ),
    (
        "spanner.googleapis.com/Database",
        "a database lies where its instance does",
    ),
    (
        "cloudfunctions.googleapis.com/CloudFunction",
        "first-generation functions are listed as cloudfunctions.googleapis.com/Function too",
    ),
)
