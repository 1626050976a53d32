// Makes a passkey, or has one shown, and hands the answer over in a form. Without it every other way in stays.
(() => {
  'use strict';
  const form = document.querySelector('form[data-passkey]');
  if (!form || !window.PublicKeyCredential) return;
  document.documentElement.classList.add('js');
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const text = buffer => (buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') : '');
  const word = form.querySelector('[role=status]');
  const ask = JSON.parse(form.dataset.ask);
  const known = list => (list || []).map(one => ({ ...one, id: bytes(one.id) }));
  form.addEventListener('submit', async event => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    word.textContent = form.dataset.wait;
    try {
      const publicKey = { ...ask, challenge: bytes(ask.challenge) };
      let made;
      if (form.dataset.passkey === 'make') {
        publicKey.user = { ...ask.user, id: bytes(ask.user.id) };
        publicKey.excludeCredentials = known(ask.excludeCredentials);
        made = await navigator.credentials.create({ publicKey });
      } else {
        publicKey.allowCredentials = known(ask.allowCredentials);
        made = await navigator.credentials.get({ publicKey });
      }
      const said = made.response;
      form.elements.answer.value = JSON.stringify({
        id: text(made.rawId),
        clientDataJSON: text(said.clientDataJSON),
        attestationObject: text(said.attestationObject),
        authenticatorData: said.attestationObject ? '' : text(said.authenticatorData),
        signature: text(said.signature),
        userHandle: text(said.userHandle),
        transports: said.getTransports ? said.getTransports() : [],
      });
      form.submit();
    } catch (error) {
      word.textContent = error && error.name === 'InvalidStateError' ? form.dataset.here : form.dataset.failed;
    }
  });
})();
