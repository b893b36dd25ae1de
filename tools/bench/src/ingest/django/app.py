"""Django as a contestant of the bench `ingest`: reads, verifies, parses, filters, normalises and hands over."""

import base64
import hashlib
import hmac
import json
import os
from collections import deque

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

TASK = json.loads(os.environ["TASK"])
ACCEPTED = {one["name"]: one["type"] for one in TASK["accepted"]}
TEMPLATES = set(TASK["templates"])
HASH_KEY = bytes(32)

handed_over = deque(maxlen=4096)
counted = {"received": 0, "kept": 0}

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATA_UPLOAD_MAX_MEMORY_SIZE=4 << 20,
    DEBUG=False,
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # which states the length of answers
    ROOT_URLCONF=__name__,
    SECRET_KEY="a bench has none",
)


def verifier():
    if not TASK["publicKey"]:
        return None
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(base64.b64decode(TASK["publicKey"]))

    def signed(request):
        signature = base64.b64decode(request.headers["X-Twilio-Email-Event-Webhook-Signature"])
        timestamp = request.headers["X-Twilio-Email-Event-Webhook-Timestamp"].encode()
        try:
            key.verify(signature, timestamp + request.body, ECDSA(SHA256()))
            return True
        except InvalidSignature:
            return False

    return signed


signed = verifier()


def normalised(event, kind):
    address = event["email"].strip().lower()
    mac = hmac.new(HASH_KEY, (TASK["organization"] + address).encode(), hashlib.sha256).digest()[:16]
    message = (event.get("sg_message_id") or event.get("smtp-id", "")).split(".", 1)[0]
    return {
        "event_id": hashlib.sha256(f"{TASK['connection']} {kind} {event['sg_event_id']}".encode()).hexdigest()[:32],
        "recipient_hash": mac.hex(),
        "message_id": hashlib.sha256(TASK["connection"].encode() + mac + message.encode()).hexdigest()[:32],
        "recipient_domain": address.rpartition("@")[2],
        "organization": TASK["organization"],
        "connection": TASK["connection"],
        "template": event["kelp_template"],
        "version": event.get("kelp_version"),
        "type": kind,
        "occurred_at": event["timestamp"],
        "provider_event_id": event["sg_event_id"],
        "locale": event.get("kelp_locale"),
        "variant": event.get("kelp_variant"),
        "campaign": event.get("kelp_campaign"),
        "tags": event.get("category"),
        "url": event.get("url"),
        "user_agent": event.get("useragent"),
        "diagnostic": event.get("response") or event.get("reason"),
        "status": event.get("status"),
        "machine": event.get("sg_machine_open"),
    }


@csrf_exempt
def webhook(request):
    if signed and not signed(request):
        return HttpResponse("signature", status=401)
    try:
        events = json.loads(request.body)
    except ValueError:
        return HttpResponse("body", status=400)
    kept = 0
    for event in events:
        kind = ACCEPTED.get(event.get("event"))
        if kind is None or event.get("kelp_template", "").lower() not in TEMPLATES:
            continue
        handed_over.append(json.dumps(normalised(event, kind)))
        kept += 1
    counted["received"] += len(events)
    counted["kept"] += kept
    return JsonResponse({"message": f"{kept} kept"})


urlpatterns = [
    path(f"v1/webhooks/sendgrid/{TASK['connection']}", webhook),
    path("counted", lambda request: JsonResponse(counted)),
]

application = get_wsgi_application()
