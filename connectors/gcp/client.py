"""What a fetch may ask of the inventory: the entries of a type, in depth or by search, and look-ups."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from google.cloud.asset_v1.types import ContentType, ListAssetsRequest, SearchAllResourcesRequest

from connectors.base import Gap, ReadError
from connectors.gcp import answers
from connectors.gcp.answers import Project
from connectors.gcp.kind import Raw
from connectors.gcp.paging import pages
from connectors.gcp.session import GcpSession
from wolkenzicht.model import AccountStanding, Outcome

PROJECT_TYPE = "cloudresourcemanager.googleapis.com/Project"

#: The most that a page of `ListAssets` holds, and of a search.
_LIST_PAGE = 1000
_SEARCH_PAGE = 500
#: Look-ups that are kept; sinks and jobs of one organization share few destinations.
_MOST_PLACES = 10_000


#: Characters of a query: some fifteen names. Google's own limit was not found, so this stays modest.
_LONGEST_QUERY = 1800
_OR = " OR "

#: Where a resource lies: a location code, the gap, or `None` where it is not listed.
Place = str | Gap | None


class AssetClient:
    """The inventory of one scope (`organizations/123`); safe to share between threads."""

    def __init__(self, session: GcpSession, scope: str) -> None:
        self._session = session
        self._scope = scope
        self._lock = threading.Lock()
        self._projects: dict[str, Project] | Gap | None = None
        self._places: dict[str, Place] = {}

    def forget(self) -> None:
        """Forget the names of projects and what was looked up: a new scan begins."""
        with self._lock:
            self._projects = None
            self._places.clear()

    def entries(self, asset_type: str) -> Iterator[Raw]:
        """The entries of a type in depth, page by page. Raises `ReadError`."""
        account = self._accounts()
        for asset in self._assets(asset_type):
            yield answers.entry(asset, account)

    def found(self, asset_type: str) -> Iterator[Raw]:
        """The entries of a type as a search shows them, page by page. Raises `ReadError`."""
        account = self._accounts()
        searched = answers.SEARCHED_AS.get(asset_type, asset_type)
        siblings = {each for each in answers.SEARCHED_AS if answers.SEARCHED_AS[each] == searched}
        others = {searched, *siblings} - {asset_type}
        for result in self._results(searched):
            raw = answers.found(result, account)
            if raw.type not in others:
                yield raw

    def everything(self) -> Iterator[Raw]:
        """Every entry of the scope as a search shows it, whatever its type. Raises `ReadError`."""
        account = self._accounts()
        for result in self._results(None):
            yield answers.found(result, account)

    def standings(self) -> tuple[AccountStanding, ...]:
        """The projects of the scope and their states. Raises `ReadError` where they cannot be listed."""
        return tuple(map(answers.standing, self._known_projects().values()))

    def data_of(self, asset_type: str) -> dict[str, Mapping[str, Any]] | Gap:
        """The data of every entry of a type of which there are few, by full name, or the gap."""
        try:
            return {asset.name: answers.plain(asset.resource.data) for asset in self._assets(asset_type)}
        except ReadError as error:
            return error.gap

    def places(self, wanted: Mapping[str, str]) -> dict[str, Place]:
        """Where the inventory says that resources lie, by their full names; `wanted` gives their types.

        `None` for one that it does not list (it lies outside the scope), empty for one of which it states
        no place. Kept until `forget`, failures that may pass excepted.
        """
        with self._lock:
            found = {name: self._places[name] for name in wanted if name in self._places}
        missing = [name for name in wanted if name not in found]
        for names in _batches(missing):
            found.update(self._look_up(names, {wanted[name] for name in names}))
        with self._lock:
            for name in missing:
                place = found[name]
                if not isinstance(place, Gap) or place.outcome is Outcome.DENIED:
                    self._places[name] = place
            while len(self._places) > _MOST_PLACES:
                del self._places[next(iter(self._places))]
        return found

    def try_out(self, asset_type: str, *, search: bool) -> None:
        """Ask for one entry of a type, in depth or by search. Raises `ReadError`."""
        if search:
            self._session.search_page(self._search_request(asset_type, 1), asset_type)
        else:
            self._session.list_page(self._list_request(asset_type, 1), asset_type)

    def _look_up(self, names: Sequence[str], types: Iterable[str]) -> dict[str, Place]:
        query = _OR.join(f'name="{name}"' for name in names)
        request = SearchAllResourcesRequest(
            scope=self._scope, query=query, asset_types=sorted(types), page_size=_SEARCH_PAGE
        )
        try:
            found = pages(request, lambda: self._session.search_page(request, "destinations"), "destinations")
            known = {result.name: result.location for page in found for result in page.results}
        except ReadError as error:
            return dict.fromkeys(names, error.gap)
        return {name: known.get(name) for name in names}

    def _assets(self, asset_type: str) -> Iterator[Any]:
        request = self._list_request(asset_type, _LIST_PAGE)
        for page in pages(request, lambda: self._session.list_page(request, asset_type), asset_type):
            yield from page.assets

    def _results(self, asset_type: str | None) -> Iterator[Any]:
        request = self._search_request(asset_type, _SEARCH_PAGE)
        where = asset_type or "everything"
        for page in pages(request, lambda: self._session.search_page(request, where), where):
            yield from page.results

    def _list_request(self, asset_type: str, page_size: int) -> ListAssetsRequest:
        return ListAssetsRequest(
            parent=self._scope,
            asset_types=[asset_type],
            content_type=ContentType.RESOURCE,
            page_size=page_size,
        )

    def _search_request(self, asset_type: str | None, page_size: int) -> SearchAllResourcesRequest:
        types = [asset_type] if asset_type else []
        return SearchAllResourcesRequest(scope=self._scope, asset_types=types, page_size=page_size)

    def _accounts(self) -> Callable[[str], str]:
        """How the owner of an entry (`projects/123`) becomes the account: the project's id.

        Entries name projects by number; people know them by id. A project that is not in the
        inventory keeps its number; folders and organizations keep their full name.
        Raises `ReadError` where projects cannot be listed: accounts must not change their names. Nobody
        tries again before `forget`, so that a dead network does not cost every scope the same wait.
        """
        known = self._known_projects()
        return lambda owner: (
            known[owner].id if owner in known else owner.removeprefix("projects/") or self._scope
        )

    def _known_projects(self) -> dict[str, Project]:
        with self._lock:
            if self._projects is None:
                self._projects = self._listed_projects()
            known = self._projects
        if isinstance(known, Gap):
            raise ReadError(known)
        return known

    def _listed_projects(self) -> dict[str, Project] | Gap:
        try:
            return answers.projects(self._assets(PROJECT_TYPE))
        except ReadError as error:
            refused = error.gap
        if refused.outcome is not Outcome.DENIED:
            return refused
        try:
            return answers.searched_projects(self._results(PROJECT_TYPE))
        except ReadError as error:
            return refused if error.gap.outcome is Outcome.DENIED else error.gap


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    """As many names at a time as a query has room for."""
    batch: list[str] = []
    length = 0
    for name in names:
        size = len(name) + len('name=""') + len(_OR)
        if batch and length + size > _LONGEST_QUERY:
            yield batch
            batch, length = [], 0
        batch.append(name)
        length += size
    if batch:
        yield batch
