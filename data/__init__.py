"""Everything at rest: the contract (schemas), the reference tables, the store."""
