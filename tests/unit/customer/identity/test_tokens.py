from yumen.customer.identity import tokens
from yumen.kit.crypto import sm3

SESSION = "ses_00000000000000000000000000"


def test_a_token_has_its_shape_and_never_repeats() -> None:
    made = {tokens.new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert all(tokens.is_token(token) and len(token) == 46 for token in made)


def test_other_texts_are_no_tokens() -> None:
    token = tokens.new_token()
    assert not any(tokens.is_token(text) for text in ("", token[:-1], token + "A", token.replace("ys_", "yk_"), "ys_"))


def test_only_the_hash_is_stored() -> None:
    token = tokens.new_token()
    assert tokens.hash_of(token) == sm3(token.encode())


def test_the_session_key_opens_with_its_own_token_and_session_only() -> None:
    token = tokens.new_token()
    sealed = tokens.seal_session_key(token, SESSION, "o0q0otL8aEzpcZL/FT9WsQ==")
    assert b"o0q0otL8" not in sealed
    assert tokens.open_session_key(token, SESSION, sealed) == "o0q0otL8aEzpcZL/FT9WsQ=="
    assert tokens.open_session_key(tokens.new_token(), SESSION, sealed) is None
    assert tokens.open_session_key(token, SESSION.replace("0", "1"), sealed) is None
    assert tokens.open_session_key(token, SESSION, None) is None
