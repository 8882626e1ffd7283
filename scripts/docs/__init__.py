"""The documentation site: Markdown, docstrings and golden texts in, static pages in two languages out. Offline."""
