from yumen.gateway.connectors.hubspot.token_book import MemoryBook


async def test_the_newest_two_are_known_and_the_given_one_always():
    book = MemoryBook()
    assert await book.known("given") == ["given"]
    for token in ("one", "two", "three"):
        await book.keep("given", token)
    assert await book.known("given") == ["three", "two", "given"]
    assert await book.known("another") == ["another"]
