"""Writes sound files with manifests that the PyPI package c2pa-python signs: what our own reader is tried against.

Needs `pip install c2pa-python cryptography`. Usage: sign-sound.py FOLDER. Names are invented; keys are drawn anew each time.
"""

import datetime
import io
import json
import sys
import wave
from pathlib import Path

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ALGORITHMS = {
    "es256": (lambda: ec.generate_private_key(ec.SECP256R1()), c2pa.C2paSigningAlg.ES256),
    "es384": (lambda: ec.generate_private_key(ec.SECP384R1()), c2pa.C2paSigningAlg.ES384),
    "ps256": (lambda: rsa.generate_private_key(65537, 2048), c2pa.C2paSigningAlg.PS256),
    "ed25519": (ed25519.Ed25519PrivateKey.generate, c2pa.C2paSigningAlg.ED25519),
}


def certificate(name, key, issuer, issuer_key, authority):
    """A certificate as C2PA asks for: version 3, for signing documents."""
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Fen"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    now = datetime.datetime.now(datetime.timezone.utc)
    used = dict.fromkeys(
        "content_commitment key_encipherment data_encipherment key_agreement encipher_only decipher_only".split(), False
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **used), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return built.sign(issuer_key, hashes.SHA256())


def sound():
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    return out.getvalue()


def assertion(use, label="cawg", **more):
    entry = {"use": use, **more}
    return {
        "label": f"{label}.training-mining",
        "data": {"entries": {f"{label}.ai_generative_training": entry, f"{label}.data_mining": {"use": "allowed"}}},
    }


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = certificate("Fen Root", root_key, None, root_key, True)
    pem = serialization.Encoding.PEM
    wanted = [(f"constrained-{a}", a, [assertion("constrained", constraint_info="ask")]) for a in ALGORITHMS]
    wanted.append(("refused-old", "es256", [assertion("notAllowed", "c2pa")]))
    wanted.append(("allowed", "es256", [assertion("allowed")]))
    wanted.append(("nothing", "es256", []))
    for name, algorithm, assertions in wanted:
        make, number = ALGORITHMS[algorithm]
        key = make()
        leaf = certificate("Mira Feld", key, root.subject, root_key, False)
        chain = leaf.public_bytes(pem) + root.public_bytes(pem)
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(number, chain, private, None))
        manifest = {
            "claim_generator_info": [{"name": "fen", "version": "1"}],
            "title": "Undertow",
            "assertions": [{"label": "c2pa.actions", "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"}]}}]
            + assertions,
        }
        out = io.BytesIO()
        with c2pa.Builder(json.dumps(manifest)) as builder:
            builder.sign(signer, "audio/wav", io.BytesIO(sound()), out)
        (folder / f"{name}.wav").write_bytes(out.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
