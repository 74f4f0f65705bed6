"""How Django itself, above all its admin, writes dates: as the product's own pages do."""
