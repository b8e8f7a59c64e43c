"""Who comes in: sign-in, links, passcodes, addresses of our own."""
