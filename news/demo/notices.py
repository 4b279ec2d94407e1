"""Public notices: what, when and where, and whom to ask."""

CLOSINGS = (
    "给您带来的不便，敬请谅解。有疑问可拨打便民热线，或到{county}政务服务大厅咨询台当面询问。",
    "以上安排如遇天气变化会另行通知，请以村（社区）公告栏和本频道发布的消息为准，不信传言。",
    "请互相转告，特别是独居老人和不常看手机的邻居。具体事项可向所在村（社区）询问，也可以请驻村干部代为办理。",
    "咨询请在工作日9时至17时拨打值班电话，电话号码张贴在各村（社区）公告栏，周末由值班人员接听。",
    "感谢理解和支持。如需帮助，请联系所在社区的网格员，他们会上门协助，行动不便的老人可以提前预约。",
    "有意见和建议，可以在本页留言，也可以向{county}便民服务中心反映，我们会逐条回复，不留空档。",
    "如有变动，将在第一时间更新本公告。未尽事宜由主办单位负责解释，请大家相互提醒。",
    "请提前做好安排。现场有志愿者引导，听不懂普通话的群众可以请双语导办员帮忙。",
)
OPENERS = (
    "现将有关事项公告如下。",
    "具体安排如下：",
    "请留意以下几点。",
    "有关事项通知如下：",
    "请大家合理安排时间。",
)


def notice_body(room, record: dict, pen) -> list[tuple]:
    """Opening, list and closing; the second fact of a notice is its list, parted by ；."""
    items = [pen.fill(item) for item in record["b"].split("；")]
    opening = pen.fill(record["a"] + room.deal("openers", OPENERS))
    closing = pen.fill(room.deal("closings", CLOSINGS))
    while closing in room.used:
        closing = pen.fill(room.deal("closings", CLOSINGS)) + f"（{pen.words['town']}）"
    if len(opening + closing) + sum(map(len, items)) < 122:
        closing += "请各村（社区）做好转达，确保不漏一户。"
    room.used |= {opening, closing}
    return [("p", opening), ("list", items), ("p", closing)]
