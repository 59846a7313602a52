//! Rules of the room `external`.

rules! {
    /// Rules of the room `external`.
    EXTERNAL_RULES:

    EXTERNAL_AEAD_UNSUPPORTED = "external-aead-unsupported", Error;
    "external content is encrypted with an algorithm that is not supported";
    "Supported are AES-128-GCM (which every client must have), AES-256-GCM, ChaCha20-Poly1305, AES-128-GCM-SIV and AES-256-GCM-SIV; 0 means no encryption.";
    "draft-ietf-mimi-content-08 section 4.5; IANA AEAD Algorithms";

    EXTERNAL_KEY_LENGTH = "external-key-length", Error;
    "the key has not the length the algorithm asks for";
    "Each AEAD algorithm has one key length: 16 octets for the 128-bit ones, 32 for the others.";
    "RFC 5116 section 5; RFC 8439 section 2.8; RFC 8452 section 4";

    EXTERNAL_NONCE_LENGTH = "external-nonce-length", Error;
    "the nonce has not the length the algorithm asks for";
    "Every supported AEAD algorithm takes a nonce of 12 octets.";
    "RFC 5116 section 5; RFC 8439 section 2.8; RFC 8452 section 4";

    EXTERNAL_SECRETS_UNEXPECTED = "external-secrets-unexpected", Warning;
    "a key, nonce or additional data although the content is not encrypted";
    "With encAlg 0 the fields key, nonce and aad are empty. The content is taken as it is; perhaps the sender meant to encrypt it.";
    "draft-ietf-mimi-content-08 section 4.5";

    EXTERNAL_TOO_LARGE = "external-too-large", Error;
    "content larger than the algorithm can encrypt with one nonce";
    "AES-GCM takes at most 2^36 - 31 octets, ChaCha20-Poly1305 2^38 - 64.";
    "RFC 5116 section 5.1; RFC 8439 section 2.8";

    EXTERNAL_SIZE_MISMATCH = "external-size-mismatch", Error;
    "the octets fetched are not as many as the part states";
    "The field size counts the octets at the URL. Something was cut off, added or replaced.";
    "draft-ietf-mimi-content-08 section 4.5";

    EXTERNAL_SIZE_OF_PLAINTEXT = "external-size-of-plaintext", Warning;
    "the size stated is that of the decrypted content";
    "The field size counts the octets at the URL, with the authentication tag. Some senders state the length before encryption.";
    "draft-ietf-mimi-content-08 section 4.5";

    EXTERNAL_HASH_UNSUPPORTED = "external-hash-unsupported", Error;
    "a hash function that is not supported";
    "Supported are SHA-256, its truncations, SHA-384 and SHA-512.";
    "draft-ietf-mimi-content-08 section 4.5; IANA Named Information Hash Algorithms";

    EXTERNAL_HASH_LENGTH = "external-hash-length", Error;
    "the content hash has not the length of its hash function";
    "A truncated hash has a number of its own in the registry.";
    "draft-ietf-mimi-content-08 section 4.5; RFC 6920 section 9.4";

    EXTERNAL_HASH_MISMATCH = "external-hash-mismatch", Error;
    "the content is not the one the sender hashed";
    "Neither the octets at the URL nor the decrypted content have the hash the part states. The content is not given out.";
    "draft-ietf-mimi-content-08 section 4.5";

    EXTERNAL_HASH_OF_PLAINTEXT = "external-hash-of-plaintext", Warning;
    "the content hash is that of the decrypted content";
    "The hash is over the octets at the URL, so that a receiver can check them before decrypting. Some senders hash before encryption.";
    "draft-ietf-mimi-content-08 section 4.5";

    EXTERNAL_HASH_ABSENT = "external-hash-absent", Warning;
    "the part states no content hash";
    "Without a hash and without encryption, nothing binds the content to the message: whoever serves the URL can change it.";
    "draft-ietf-mimi-content-08 section 4.5";

    EXTERNAL_NOT_AUTHENTIC = "external-not-authentic", Error;
    "the content does not decrypt";
    "The authentication tag does not fit: key, nonce, additional data or content are not those of the sender. Nothing of the content is given out.";
    "RFC 5116 section 2.2";

    EXTERNAL_NO_RANDOM = "external-no-random", Error;
    "no random octets for a key";
    "The random source failed; without it, content cannot be sealed.";
    "RFC 4086";
}
