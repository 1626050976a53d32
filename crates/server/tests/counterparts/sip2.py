"""A library's system for tests, which answers for cards: python sip2.py PORT"""
import os, sys, threading
import anyio
from pysip2 import (LOGIN, PATRON_INFORMATION, LoginRequest, LoginResponse, PatronInformationRequest,
                    PatronInformationResponse, SIP2Server)

port = int(sys.argv[1])
app = SIP2Server(institution_id="NORD", login_required=True, error_detection="required")
cards = {"20041": "4711", "20042": "0815", "20043": "1234"}


@app.route(LOGIN)
async def login(req: LoginRequest, ctx) -> LoginResponse:
    return LoginResponse(ok="1" if (req.login_user_id, req.login_password) == ("house", "tide") else "0")


@app.route(PATRON_INFORMATION)
async def patron(req: PatronInformationRequest, ctx) -> PatronInformationResponse:
    known = cards.get(req.patron_identifier)
    return PatronInformationResponse(
        # the third of them is lost
        patron_status="    Y         " if req.patron_identifier == "20043" else " " * 14,
        language=req.language, transaction_date=ctx.now_18(),
        hold_items_count="0000", overdue_items_count="0000", charged_items_count="0003", fine_items_count="0000",
        recall_items_count="0000", unavailable_holds_count="0000",
        institution_id=req.institution_id, patron_identifier=req.patron_identifier, personal_name="Ona Veld",
        email_address="ona@example.org", home_address="Quai 3", valid_patron="Y" if known else "N",
        valid_patron_password="Y" if known and known == req.patron_password else "N",
        screen_message=("BLY is what a screen may say",))


async def main():
    async with app.start("127.0.0.1", port):
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        print("ready", flush=True)
        await anyio.sleep_forever()

anyio.run(main)
