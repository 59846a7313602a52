#!/usr/bin/env python3
"""A decoder of MIMI messages on cbor2, as short as it can be, for `mimi vectors run`."""
import hashlib, io, json, sys
import cbor2


def decode(octets):
    stream = io.BytesIO(octets)
    message = cbor2.CBORDecoder(stream).decode()
    salt, replaces, topic, expires, reply, extensions, body = message
    assert isinstance(salt, bytes) and isinstance(topic, bytes) and isinstance(extensions, dict)
    disposition, language, cardinality, *rest = body
    assert len(rest) == (0, 2, 12, 2)[cardinality]
    return message


def answer(ask):
    if ask["do"] not in ("decode", "id") or ask.get("document", "message") != "message":
        return {"skip": True}
    octets = bytes.fromhex(ask["hex"])
    message = decode(octets)
    if ask["do"] == "decode":
        return {"ok": True, "hex": cbor2.dumps(message, canonical=True).hex()}
    uris = [ask["sender"] or message[5][1], ask["room"] or message[5][2]]
    lengths = ask["algorithm"] == "draft-08"
    parts = [len(uri.encode()).to_bytes(2, "big") * lengths + uri.encode() for uri in uris]
    return {"ok": True, "id": "01" + hashlib.sha256(b"".join(parts) + octets + message[0]).hexdigest()[:62]}


for line in sys.stdin:
    try:
        said = answer(json.loads(line))
    except Exception as error:
        said = {"ok": False, "error": repr(error)}
    print(json.dumps(said), flush=True)
