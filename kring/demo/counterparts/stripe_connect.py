"""Connected accounts at the pretend Stripe: set up on its pages, reached by the platform's key, disconnected."""

from __future__ import annotations

from kring.demo.counterparts.server import Answer, Request, as_json, page, redirect, route
from kring.demo.counterparts.stripe_plans import Plans
from kring.demo.counterparts.stripe_wire import Row, failure, missing, nested

ONBOARDING_BUTTONS = {
    "finish": "Enter everything: the account can take payments",
    "part": "Enter a part: the bank account is missing",
    "leave": "Leave without entering anything",
}


class Connect(Plans):
    @route("POST", "/v1/accounts")
    def create_account(self, request: Request) -> Answer:
        wanted = nested(request.body)
        facts: Row = {"object": "account", "charges_enabled": False, "details_submitted": False, "errors": []}
        facts |= {"business_profile": wanted.get("business_profile", {}), "settings": {"dashboard": {}}}
        made = self.make("acct", self.account, self.live, **facts)
        self._ask(made, ["business_type", "external_account"])
        return as_json(self.shown(made))

    @route("GET", r"/v1/accounts/(\w+)")
    def get_account(self, request: Request, id_: str) -> Answer:
        found = self.kind("accounts").get(id_)
        if found is None or found["_account"] != self.account:
            return missing(id_)
        if not self.is_connected_account(id_):
            return failure(403, "invalid_request_error", "account_invalid", "No access to this account")
        return as_json(self.shown(found))

    def is_connected_account(self, id_: str) -> bool:
        found = self.kind("accounts").get(id_)
        return found is not None and not found.get("_is_gone")

    @route("POST", "/v1/account_links")
    def create_link(self, request: Request) -> Answer:
        wanted = nested(request.body)
        found = self.kind("accounts").get(wanted["account"])
        if found is None:
            return missing(wanted["account"])
        found["_back"] = wanted["return_url"]
        return as_json(
            {"object": "account_link", "created": 0, "expires_at": 0, "url": f"{self.url}/connect/{found['id']}"}
        )

    @route("GET", r"/connect/(\w+)")
    def onboarding(self, request: Request, id_: str) -> Answer:
        found = self.kind("accounts")[id_]
        due = ", ".join(found["requirements"]["currently_due"])
        return page("Set up your account", found["business_profile"].get("name", ""), due, buttons=ONBOARDING_BUTTONS)

    @route("POST", r"/connect/(\w+)")
    def onboard(self, request: Request, id_: str) -> Answer:
        found = self.kind("accounts")[id_]
        self.act_on_account(found, request.form["act"])
        return redirect(found["_back"])

    def act_on_account(self, account: Row, act: str) -> None:
        if act == "leave":
            return
        account["details_submitted"] = True
        account["charges_enabled"] = act == "finish"
        self._ask(account, [] if act == "finish" else ["external_account"])
        self._tell_of(account, "account.updated")

    def demand(self, account: Row, what: str, reason: str) -> None:
        """Stripe wants to know more, and stops payments until then."""
        account["charges_enabled"] = False
        self._ask(account, [what], reason)
        self._tell_of(account, "account.updated")

    def disconnect(self, account: Row) -> None:
        """The organisation revokes the platform's access."""
        account["_is_gone"] = True
        self._tell_of(account, "account.application.deauthorized")

    def _ask(self, account: Row, due: list[str], reason: str = "") -> None:
        errors = [{"requirement": due[0], "code": "invalid", "reason": reason}] if reason else []
        account["requirements"] = {"currently_due": due, "past_due": [], "errors": errors, "disabled_reason": None}

    def _tell_of(self, account: Row, type_: str) -> None:
        """An event in that account."""
        self.tell(type_, account | {"_account": account["id"].removeprefix("acct_")})
