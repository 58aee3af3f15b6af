"""The family's road: consultation, referral, investigation, Fast Track, plans and review."""
