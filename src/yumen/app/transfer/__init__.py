"""Move in from another system, live beside one, and move out again: files, the inbound API, the full export.

    kind = kind_of("members", apps, handler, now)
    report = await importing.load(units, kind, "youzan", file)   # resumable; the same file twice is once
    verdicts = await batch.take_in(uow, kind, "youzan", lines)   # what a route does with a request

Here and not in `customer`, because it speaks to every chapter and no chapter may know the others (decision 0010).
"""
