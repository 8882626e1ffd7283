"""Made-up inputs for every parser of the auditor, and one process that feeds them within limits."""
