"""The circuit of one host."""

from yumen.kit.http.circuit import Circuit, State


def circuit(now):
    return Circuit(failures_max=3, open_s=10, clock=lambda: now[0])


def test_it_opens_after_failures_in_a_row_only():
    it = circuit([0.0])
    for _ in range(2):
        it.failed()
    it.succeeded()
    for _ in range(2):
        it.failed()
    assert it.state is State.CLOSED
    it.failed()
    assert it.state is State.OPEN
    assert not it.admit()


def test_half_open_lets_one_call_through_at_a_time():
    now = [0.0]
    it = circuit(now)
    for _ in range(3):
        it.failed()
    now[0] = 10.0
    assert it.state is State.HALF_OPEN
    assert it.admit()
    assert not it.admit()
    it.abandoned()
    assert it.admit()


def test_a_failed_try_opens_it_for_another_round():
    now = [0.0]
    it = circuit(now)
    for _ in range(3):
        it.failed()
    now[0] = 10.0
    assert it.admit()
    it.failed()
    assert it.state is State.OPEN
    now[0] = 20.0
    assert it.admit()
    it.succeeded()
    assert it.state is State.CLOSED
