"""A browser in words a person recognises."""

KINDS = (("Windows", "Windows 电脑"), ("Android", "安卓手机"), ("iPhone", "苹果手机"), ("iPad", "苹果平板"),
         ("Macintosh", "苹果电脑"), ("Linux", "Linux 电脑"))  # fmt: skip
# Order matters: everybody claims to be Chrome and Safari.
BROWSERS = (("MicroMessenger", "微信"), ("wxwork", "企业微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("Firefox", "Firefox"),
            ("360", "360 浏览器"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip


def device(user_agent: str) -> str:
    kind = next((words for mark, words in KINDS if mark in user_agent), "不认识的设备")
    browser = next((words for mark, words in BROWSERS if mark in user_agent), "")
    return f"{kind}，{browser}" if browser else kind
