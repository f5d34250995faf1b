"""Reading an operation on a page: schema trees, examples and code, from values to values. No Django, no database."""
