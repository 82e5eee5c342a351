"""Choice of columns and saved views, the same on every list of staff (R7).

A view of a list gets both by `@list_tools` below its guard, if it answers by `show_list`, or gives
`manage/list_body.html` a list with `tools`, which `ListTools.of(request)` makes:

    @needs("see_members")
    @list_tools
    @require_safe
    @never_cache
    def index(request): ...

What is chosen comes to the address of the list itself, so that who may see a list may arrange it, and nobody else.
The address says all that a list shows: filters, `sort`, and `col` for each column. What it does not say is remembered
for each person: the columns they chose last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kring.accounts.models import STAFF_ROLES, User
from kring.accounts.requests import UserRequest
from kring.core import names
from kring.events.models import Event
from kring.registrations.listed import SavedViewQuerySet
from kring.registrations.models import SavedView
from kring.web.access import roles
from kring.web.manage.shared.lists import COLUMN, LONGEST_ADDRESS, PAGE, without

# Of one list: more columns than that are a mistake, or mischief; so are more views of one person.
MOST_SHOWN, MOST_VIEWS = 100, 50
LONGEST_KEY = 200
# The field that says what to do: COLUMNS, DEFAULT, SAVE, REMOVE.
TOOL = "list_tool"


@dataclass
class ListTools:
    """Of one list and one person. `list_name` is that of its page without `event_`: the list of all events'
    registrations and that of one are the same list, told apart by `event_pk`.

    `may_share`: views for all staff; only who has a role here, or made the event, sees and makes those.
    `columns` are all that can be shown, and `shown` the keys of those that are: who makes the list fills them in.
    One query, on access of what is remembered or saved.
    """

    user: User
    list_name: str
    event_pk: int | None
    query: QueryDict
    may_share: bool = False
    columns: Sequence[tuple[str, str | Promise]] = ()
    shown: Sequence[str] = field(default_factory=list)

    @classmethod
    def of(cls, request: UserRequest) -> ListTools:
        match = request.resolver_match
        assert match is not None and match.url_name is not None
        if not getattr(match.func, "has_list_tools", False):
            raise ImproperlyConfigured(f"The view {match.view_name} shows a list and needs @list_tools.")
        may_share = bool(roles(request) & STAFF_ROLES) or getattr(request, "_is_maker", False)
        list_name = match.url_name.removeprefix("event_")
        return cls(request.user, list_name, match.kwargs.get("event_pk"), request.GET, may_share)

    @cached_property
    def _views(self) -> list[SavedView]:
        return list(SavedView.objects.for_list(self.user, self.list_name, self.event_pk, shared_too=self.may_share))

    @property
    def asked(self) -> list[str]:
        """The columns in the address."""
        return self.query.getlist(COLUMN)[:MOST_SHOWN]

    @property
    def wanted(self) -> list[str]:
        """The columns in the address, else those remembered; empty: whatever the list shows by itself."""
        remembered = (view.query.get(COLUMN, []) for view in self._views if not view.name)
        return self.asked or next(remembered, [])

    @property
    def choices(self) -> list[tuple[str, str | Promise, bool]]:
        return [(key, label, key in self.shown) for key, label in self.columns]

    @property
    def saved(self) -> list[tuple[SavedView, str]]:
        """Views with a name, and their addresses."""
        return [(view, as_address(view.query)) for view in self._views if view.name]

    @property
    def mine(self) -> SavedViewQuerySet:
        return SavedView.objects.filter(owner=self.user, list_name=self.list_name, event=self.event_pk)

    def keep(self, name: str, query: Mapping[str, list[str]], *, is_shared: bool = False) -> None:
        """A view with a name; without one: the columns to remember."""
        SavedView.objects.update_or_create(  # type: ignore[misc]
            owner=self.user,
            list_name=self.list_name,
            event_id=self.event_pk,
            name=name,
            defaults={"query": query, "is_shared": is_shared and self.may_share},
        )


def as_address(query: Mapping[str, list[str]]) -> str:
    made = QueryDict(mutable=True)
    for name, values in query.items():
        made.setlist(name, values)
    return made.urlencode()


def list_tools(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers what its list's tools send; all else goes to the view. Stands below the guard: it guards nothing."""

    @wraps(view)
    def with_tools(request: UserRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST" or TOOL not in request.POST:
            return view(request, *args, **kwargs)
        act = _ACTS.get(request.POST[TOOL])
        if act is None:
            raise Http404
        if (event_pk := kwargs.get("event_pk")) is not None:
            get_object_or_404(Event.objects.only("pk"), pk=event_pk)
        address = act(request, ListTools.of(request))
        return redirect(f"{request.path}?{address}" if address else request.path)

    with_tools.has_list_tools = True  # type: ignore[attr-defined]
    return with_tools


def _remember_columns(request: UserRequest, tools: ListTools) -> str:
    tools.keep("", {COLUMN: _columns(request)})
    return without(request.GET, COLUMN)


def _forget_columns(request: UserRequest, tools: ListTools) -> str:
    tools.mine.filter(name="").delete()
    return without(request.GET, COLUMN)


def _save_view(request: UserRequest, tools: ListTools) -> str:
    here = without(request.GET)
    try:
        name = names.clean(request.POST.get("name", ""))[:80]
    except ValidationError:
        messages.warning(request, _("A view needs a name."))
        return here
    if tools.mine.exclude(name__in=("", name)).count() >= MOST_VIEWS:
        messages.warning(request, _("You have too many views: remove one first."))
        return here
    if len(here) > LONGEST_ADDRESS:
        raise SuspiciousOperation("The address of a list is too long.")
    query = {key: values for key, values in request.GET.lists() if key != PAGE}
    query[COLUMN] = _columns(request) or tools.asked
    tools.keep(name, query, is_shared=request.POST.get("is_shared") == "1")
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return here


def _remove_view(request: UserRequest, tools: ListTools) -> str:
    key = request.POST.get("view", "")
    if not key.isdecimal() or len(key) > 18 or not tools.mine.exclude(name="").filter(pk=key).delete()[0]:
        raise Http404
    messages.success(request, _("The view has been removed."))
    return without(request.GET)


_ACTS: dict[str, Callable[[UserRequest, ListTools], str]] = {
    "columns": _remember_columns,
    "default": _forget_columns,
    "save": _save_view,
    "remove": _remove_view,
}


def _columns(request: UserRequest) -> list[str]:
    """Any keys: those that a list does not know, it does not show. PostgreSQL keeps no NUL."""
    return [key.replace("\x00", "")[:LONGEST_KEY] for key in request.POST.getlist(COLUMN)[:MOST_SHOWN]]
