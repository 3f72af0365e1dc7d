"""What commands and queries share: published versions, and a case being worked on."""
