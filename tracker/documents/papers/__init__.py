"""The papers of a campaign, each one function: facts in, a .docx out."""
