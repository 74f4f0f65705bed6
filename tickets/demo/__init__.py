"""A believable company for trying the product out: three countries, five departments, half a year of tickets."""
