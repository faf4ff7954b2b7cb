"""What a holder may do besides the acts of the definition: ask others, hand on, answer, urge, take back."""
