"""The machinery that carries abroad what the border has cleared, takes back what it carried, and hears what comes home."""
