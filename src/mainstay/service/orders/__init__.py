"""Orders about a child: education supervision orders and school attendance orders, from the first thought to their end."""
