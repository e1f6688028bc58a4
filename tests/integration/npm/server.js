// SPDX-License-Identifier: Apache-2.0
// node server.js ADDRESS PORT PEM: nodemailer's smtp-server, with one account: user, "secret word", token "good".
// The token "narrow" is valid for something else; the account "locked" is not let in; "backend" meets a broken one.
'use strict';
const fs = require('fs');
const { SMTPServer } = require('smtp-server');

const [address, port, pem] = process.argv.slice(2);

function refuse(code, message) {
    const error = new Error(message);
    error.responseCode = code;
    return error;
}

function onAuth(auth, session, callback) {
    if (auth.username === 'backend')
        return callback(refuse(454, '4.7.0 Temporary authentication failure'));
    if (auth.username === 'locked')
        return callback(refuse(535, '5.7.0 User account is disabled'));
    if (auth.username === 'twofactor')
        return callback(refuse(534, '5.7.9 Application-specific password required'));
    if (auth.method === 'XOAUTH2') {
        if (auth.accessToken === 'good' && auth.username === 'user')
            return callback(null, { user: auth.username });
        const status = auth.accessToken === 'narrow' ? '403' : '401';
        return callback(null, { data: { status, schemes: 'bearer', scope: 'mail' } });
    }
    const right = auth.method === 'CRAM-MD5' ? auth.validatePassword('secret word') : auth.password === 'secret word';
    if (auth.username === 'user' && right)
        return callback(null, { user: auth.username });
    return callback(refuse(535, '5.7.8 Invalid username or password'));
}

const server = new SMTPServer({
    name: 'node.ci.test',
    key: fs.readFileSync(pem),
    cert: fs.readFileSync(pem),
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'],
    logger: false,
    onAuth,
});
server.on('error', (error) => console.error(error.message));
server.listen(Number(port), address);
