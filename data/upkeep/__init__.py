"""The care of a whole store: looked through, copied, taken over from an earlier release."""
