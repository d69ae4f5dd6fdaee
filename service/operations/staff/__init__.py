"""Who works where: people, offices and seats, substitutes, who is to be told."""
