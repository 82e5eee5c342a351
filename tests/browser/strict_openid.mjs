// npm's oidc-provider, which is strict: `node strict_openid.mjs FOLDER REDIRECT_ADDRESS CLIENT_SECRET`.
// It prints its address once it listens. Its own pages ask for any name and password, and for the consent.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [folder, redirect, secret] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${folder}/lib/index.js`));
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'kring', client_secret: secret, redirect_uris: [redirect] }],
    claims: { openid: ['sub'], email: ['email'], profile: ['name', 'groups'] },
    // Claims stand in the ID token, not only in the answer to another question.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Ada', email: `${id}@example.org`, groups: ['doors'] }),
    }),
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
