from yumen.sandbox.hubspot import oauth  # noqa: F401 - under test, over HTTP


async def test_a_private_token_never_ages(caller, admin):
    await admin.advance_clock(365 * 86400)
    assert (await caller.call("GET", "/account-info/v3/details"))[0] == 200


async def test_a_rotated_token_has_a_weeks_grace(caller, admin, app):
    changed = await admin.change_app(app.app_id, rotate=True)
    assert changed.token != app.token
    assert (await caller.call("GET", "/account-info/v3/details"))[0] == 200
    await admin.advance_clock(8 * 86400)
    status, body = await caller.call("GET", "/account-info/v3/details")
    assert (status, body["category"]) == (401, "INVALID_AUTHENTICATION")


async def test_an_oauth_token_lives_thirty_minutes(caller, admin, app):
    status, body = await caller.refresh(app)
    assert status == 200
    assert (body["expires_in"], body["token_type"], body["refresh_token"]) == (1800, "bearer", app.refresh_token)
    assert (await caller.call("GET", "/account-info/v3/details"))[0] == 200
    assert (await caller.call("GET", f"/oauth/v1/access-tokens/{caller.token}"))[1]["app_id"] == app.app_id
    await admin.advance_clock(1801)
    status, body = await caller.call("GET", "/account-info/v3/details")
    assert (status, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert (await caller.call("GET", f"/oauth/v1/access-tokens/{caller.token}"))[0] == 404


async def test_an_oauth_token_may_die_between_two_chunks(caller, admin, app):
    await admin.change_portal(token_calls_max=1)
    await caller.refresh(app)
    assert (await caller.call("GET", "/account-info/v3/details"))[0] == 200
    assert (await caller.call("GET", "/account-info/v3/details"))[0] == 401
    await admin.change_portal(token_calls_max=None)
    await caller.refresh(app)
    assert await admin.expire_tokens() >= 1
    assert (await caller.call("GET", "/account-info/v3/details"))[0] == 401


async def test_codes_and_client_credentials_give_tokens_too(caller, app):
    assert (await caller.refresh(app, grant_type="authorization_code", code=app.code))[0] == 200
    status, body = await caller.refresh(app, grant_type="client_credentials")
    assert status == 200
    assert "refresh_token" not in body


async def test_what_is_wrong_is_told(caller, app):
    wrong = {
        "BAD_CLIENT_ID": {"client_secret": "x"},
        "BAD_REFRESH_TOKEN": {"refresh_token": "x"},
        "BAD_AUTH_CODE": {"grant_type": "authorization_code", "code": "x"},
        "BAD_GRANT_TYPE": {"grant_type": "x"},
    }
    for expected, form in wrong.items():
        status, body = await caller.refresh(app, **form)
        assert (status, body["status"]) == (400, expected)


async def test_a_missing_scope_is_named(caller, admin, app):
    await admin.change_app(app.app_id, scopes=["crm.objects.contacts.read"])
    status, body = await caller.upsert(("a", {}))
    assert (status, body["category"]) == (403, "MISSING_SCOPES")
    assert body["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.contacts.write"]


async def test_no_token_is_told_so(caller):
    caller.token = ""
    status, body = await caller.call("GET", "/account-info/v3/details")
    assert (status, body["category"]) == (401, "INVALID_AUTHENTICATION")
    caller.token = "nonsense"
    assert (await caller.call("GET", "/account-info/v3/details"))[0] == 401
