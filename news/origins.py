"""Where a reader came from, as one of a few classes. The host that tells it is not kept."""

from .models import Origin

SEARCH = (
    *("baidu.com", "sogou.com", "so.com", "sm.cn", "toutiao.com", "bing.com", "google.com", "google.com.hk"),
    *("yandex.ru", "yandex.com", "duckduckgo.com", "360.cn", "quark.cn", "petalsearch.com", "ecosia.org"),
)
SOCIAL = (
    *("weibo.com", "weibo.cn", "t.cn", "qq.com", "zhihu.com", "douban.com", "douyin.com", "kuaishou.com"),
    *("xiaohongshu.com", "bilibili.com", "tieba.baidu.com", "t.co", "x.com", "twitter.com", "facebook.com"),
    *("t.me", "reddit.com", "linkedin.com", "instagram.com", "youtube.com"),
)
# Browsers inside such an app send no referrer.
APPS = "micromessenger", "weibo", "qq/", "aweme", "dingtalk", "xhsdiscover", "bilibili"


def origin_of(host: str, own: str, agent: str) -> Origin:
    """The class of a page's referrer, given as its host; `own` is the host of this site."""
    host = host.lower()
    if host and host == own.lower():
        return Origin.OWN
    if _below(host, SOCIAL) or (not host and any(app in agent.lower() for app in APPS)):
        return Origin.SOCIAL
    if _below(host, SEARCH):
        return Origin.SEARCH
    return Origin.OTHER if host else Origin.DIRECT


def _below(host, sites):
    return any(host == site or host.endswith(f".{site}") for site in sites)
