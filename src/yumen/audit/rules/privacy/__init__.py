"""The privacy policy and the guide on file with WeChat, against what the law asks and the code does."""
