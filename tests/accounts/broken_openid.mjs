// npm's oauth2-mock-server, which lets its answers be broken: `node broken_openid.mjs FOLDER` prints its address once it
// listens. POST /wrong/NAME says what is wrong from then on: one of WRONG, or "" for nothing.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [folder] = process.argv.slice(2);
const { OAuth2Issuer, OAuth2Service } = await import(pathToFileURL(`${folder}/dist/index.mjs`));
const KID = 'the-only-key';
const WRONG = {
  audience: (token) => { token.payload.aud = 'somebody-else'; },
  audiences: (token) => { token.payload.aud = ['kring', 'somebody-else']; },
  nonce: (token) => { token.payload.nonce = 'another'; },
  'no nonce': (token) => { delete token.payload.nonce; },
  expired: (token) => { token.payload.exp = token.payload.iat - 3600; },
  issuer: (token) => { token.payload.iss = 'https://elsewhere.example'; },
  'no subject': (token) => { delete token.payload.sub; },
  'unknown key': (token) => { token.header.kid = 'nobody-knows-it'; },
};
let wrong = '';
const issuer = new OAuth2Issuer();
const service = new OAuth2Service(issuer);
// The same name each time: it takes the place of the key before.
const changeKey = () => issuer.keys.generate('RS256', { kid: KID });
await changeKey();
service.on('beforeTokenSigning', (token) => WRONG[wrong]?.(token));
const server = createServer(async (request, response) => {
  if (request.method === 'POST' && request.url.startsWith('/wrong/')) {
    wrong = decodeURIComponent(request.url.slice('/wrong/'.length));
    if (wrong === 'key changed before') await changeKey();
    response.end();
    return;
  }
  // Signed with the old one, published is the new one.
  if (wrong === 'key changed meanwhile' && request.url === '/jwks') await changeKey();
  service.requestHandler(request, response);
});
server.listen(0, '127.0.0.1', () => {
  issuer.url = `http://127.0.0.1:${server.address().port}`;
  console.log(issuer.url);
});
