"""Policy bundles: kept whole and compressed, the highest serial in force."""

from __future__ import annotations

import zlib

from collector.store.base.bundles import BundleRecord
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Database, repeatable, undone_first
from policy.bundle import MAX_BYTES, Bundle
from wolkenzicht.bundles import encode_bundle, read_bundle
from wolkenzicht.errors import ConfigurationError, ContractError, StorageError

#: What the files' message may come to: a bundle, and the names of its files again.
_MAX_UNPACKED = 2 * MAX_BYTES


class SqlBundles:
    """Bundles; what each method promises stands with `Bundles`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @undone_first
    def put(self, record: BundleRecord, bundle: Bundle) -> None:
        """Keep a bundle and put it in force; see `Bundles.put`."""
        files = zlib.compress(encode_bundle(b"", b"", bundle.files).SerializeToString())
        with self._database.writer() as connection:
            connection.lock("bundles")
            rows = connection.execute(
                "SELECT serial, manifest FROM policy_bundle ORDER BY serial DESC LIMIT 1"
            ).fetchall()
            for serial, manifest in rows:
                _refuse_older(record.serial, serial, same=bundle.manifest == manifest)
            connection.execute(
                "INSERT INTO policy_bundle (serial, version, title, manifest, signature, files, activated, "
                "activated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(record.serial, record.version, record.title, bundle.manifest, bundle.signature, files),
                    *(to_micros(record.activated), record.activated_by),
                ),
            )

    @repeatable
    def serial(self) -> int:
        """The number of the bundle in force; 0 where there is none."""
        with self._database.reader() as connection:
            (found,) = connection.execute("SELECT coalesce(max(serial), 0) FROM policy_bundle").fetchone()
        return int(found)

    @repeatable
    def bundle(self, serial: int) -> Bundle | None:
        """A bundle by its number; see `Bundles.bundle`."""
        with self._database.reader() as connection:
            row = connection.execute(
                "SELECT manifest, signature, files FROM policy_bundle WHERE serial = ?",
                (serial,),
            ).fetchone()
        if row is None:
            return None
        manifest, signature, packed = map(_as_bytes, row)
        try:
            _, _, files = read_bundle(_unpacked(packed))
        except (zlib.error, ContractError) as error:
            raise StorageError(
                f"store '{self._database.name}': policy bundle {serial} is damaged ({error}): "
                "activate its directory again under a higher serial"
            ) from error
        return Bundle(manifest, signature, files)

    @repeatable
    def history(self) -> list[BundleRecord]:
        """All, newest first."""
        with self._database.reader() as connection:
            rows = connection.execute(
                "SELECT serial, version, title, activated, activated_by FROM policy_bundle "
                "ORDER BY serial DESC"
            ).fetchall()
        return [
            BundleRecord(serial, version, title, from_micros(activated), by)
            for serial, version, title, activated, by in rows
        ]


def _as_bytes(kept: bytes | str) -> bytes:
    """What somebody else may have written as text, which a file of SQLite keeps as such."""
    return kept.encode() if isinstance(kept, str) else kept


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(packed, _MAX_UNPACKED)
    if not unpacking.eof:
        raise zlib.error("cut off, or larger than a bundle may be")
    return content


def _refuse_older(serial: int, in_force: int, *, same: bool) -> None:
    if serial > in_force:
        return
    if serial == in_force:
        what = "is in force already; nothing to do" if same else (
            f"is in force with other content; sign this one with serial {in_force + 1} or higher"
        )  # fmt: skip
        raise ConfigurationError(f"bundle {serial} {what}")
    raise ConfigurationError(
        f"bundle {serial} is older than bundle {in_force}, which is in force; "
        f"to go back to its rules, sign its files with serial {in_force + 1} or higher"
    )
