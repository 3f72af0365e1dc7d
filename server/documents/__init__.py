"""Documents that leave the house: PDF, text of mails, the archive package."""
