using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Connections.Security;

namespace OrleansHybrid.Abstractions.Gateway;

/// <summary>Connections on which both sides show a certificate of the same installation; they end when one of the two expires.</summary>
public static class MutualTls
{
    // The handshake's callbacks get certificates, not the connection that they belong to.
    private static readonly AsyncLocal<Handshake?> CurrentHandshake = new();

    /// <summary>Lets only those in that have a certificate with one of these roles, and logs those that it rejects.</summary>
    /// <param name="connections">A silo's connections.</param>
    /// <param name="port">The name of the port, for the log.</param>
    /// <param name="files">The silo's own certificate, with the authority that it believes.</param>
    /// <param name="roles">The roles that may come in.</param>
    public static void UseMutualTlsAsServer(this IConnectionBuilder connections, string port, CertificateFiles files, params string[] roles)
    {
        ArgumentNullException.ThrowIfNull(connections);
        ArgumentNullException.ThrowIfNull(files);
        var (time, rejections) = (Time(connections), CreateRejectionLog(connections, port));
        connections.Use(next => context => WatchAsync(next, context, (peer, handshake) =>
        {
            if (!handshake.IsDone)
            {
                rejections.Add(peer, handshake.Problem ?? "it showed no certificate, or does not speak TLS");
            }
        }));
        connections.UseServerTls(new TlsOptions
        {
            LocalServerCertificateSelector = (_, _) => files.Current.Certificate,
            RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
            RemoteCertificateValidation = (certificate, _, _) => IsTrusted(certificate, files, CertificateRoles.ClientUse, roles),
            OnAuthenticateAsServer = (_, tls) => DisableResumption(tls),
        });
        connections.Use(next => context => RunUntilExpiryAsync(next, context, time));
    }

    /// <summary>Speaks only to silos of the installation, from one of them.</summary>
    /// <param name="connections">A silo's connections to others.</param>
    /// <param name="files">Its own certificate, with the authority that it believes.</param>
    public static void UseMutualTlsAsClient(this IConnectionBuilder connections, CertificateFiles files)
    {
        var rejections = CreateRejectionLog(connections, "other silos");
        connections.UseMutualTlsAsClient(files, (peer, handshake) =>
        {
            if (!handshake.IsDone)
            {
                rejections.Add(peer, handshake.Problem ?? "it does not speak TLS, or took this silo's certificate for none of the installation");
            }
        });
    }

    internal static void UseMutualTlsAsClient(
        this IConnectionBuilder connections, CertificateFiles files, Action<EndPoint?, Handshake> ended)
    {
        ArgumentNullException.ThrowIfNull(connections);
        ArgumentNullException.ThrowIfNull(files);
        var time = Time(connections);
        connections.Use(next => context => WatchAsync(next, context, ended));
        connections.UseClientTls(new TlsOptions
        {
            LocalClientCertificateSelector = (_, _, _, _, _) => files.Current.Certificate,
            RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
            RemoteCertificateValidation = (certificate, _, _) => IsTrusted(certificate, files, CertificateRoles.ServerUse, [CertificateRoles.Silo]),
            OnAuthenticateAsClient = (_, tls) =>
            {
                tls.TargetHost = CertificateRoles.Silo;
                DisableResumption(tls);
            },
        });
        connections.Use(next => context => RunUntilExpiryAsync(next, context, time));
    }

    private static TimeProvider Time(IConnectionBuilder connections) =>
        connections.ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System;

    private static RejectedConnections CreateRejectionLog(IConnectionBuilder connections, string port) => new(
        connections.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(MutualTls)), port, Time(connections));

    // A resumed session would go on with the certificates of before.
    private static void DisableResumption(TlsServerAuthenticationOptions tls) =>
        ((SslServerAuthenticationOptions)tls.SslServerAuthenticationOptions).AllowTlsResume = false;

    private static void DisableResumption(TlsClientAuthenticationOptions tls) =>
        ((SslClientAuthenticationOptions)tls.SslClientAuthenticationOptions).AllowTlsResume = false;

    private static bool IsTrusted(X509Certificate2 certificate, CertificateFiles files, string use, IReadOnlyList<string> roles)
    {
        var problem = CertificateRoles.FindProblem(certificate, files.Current.Authorities, use, roles);
        if (CurrentHandshake.Value is { } handshake)
        {
            (handshake.Problem, handshake.IsPeerTrusted) = (problem, problem is null);
        }

        return problem is null;
    }

    private static async Task WatchAsync(ConnectionDelegate next, ConnectionContext context, Action<EndPoint?, Handshake> ended)
    {
        var (peer, handshake) = (context.RemoteEndPoint, new Handshake());
        CurrentHandshake.Value = handshake;
        context.Features.Set(handshake);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            ended(peer, handshake);
        }
    }

    private static async Task RunUntilExpiryAsync(ConnectionDelegate next, ConnectionContext context, TimeProvider time)
    {
        var peer = context.Features.Get<ITlsConnectionFeature>()?.RemoteCertificate
            ?? throw new ConnectionAbortedException("the other side showed no certificate");
        context.Features.Get<Handshake>()!.IsDone = true;
        using var expiry = new Expiry(context, new DateTimeOffset(peer.NotAfter.ToUniversalTime()), time);
        await next(context).ConfigureAwait(false);
    }

    /// <summary>How far a connection came.</summary>
    internal sealed class Handshake
    {
        /// <summary>The problem with the other side's certificate; null when there is none.</summary>
        public string? Problem { get; set; }

        /// <summary>Whether this side believes the other one.</summary>
        public bool IsPeerTrusted { get; set; }

        /// <summary>Whether both believed each other, as far as this side knows.</summary>
        public bool IsDone { get; set; }
    }

    /// <summary>Ends a connection with the certificate that it was opened with.</summary>
    private sealed class Expiry : IDisposable
    {
        // The clock may be set meanwhile, and timers count no further than 49 days.
        private static readonly TimeSpan MaxWait = TimeSpan.FromHours(1);

        private readonly ConnectionContext _context;
        private readonly DateTimeOffset _end;
        private readonly TimeProvider _time;
        private readonly ITimer _timer;

        public Expiry(ConnectionContext context, DateTimeOffset end, TimeProvider time)
        {
            (_context, _end, _time) = (context, end, time);
            _timer = time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Check();
        }

        public void Dispose() => _timer.Dispose();

        private void Check()
        {
            var left = _end - _time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                _context.Abort(new ConnectionAbortedException("the other side's certificate has expired"));
            }
            else
            {
                _timer.Change(left < MaxWait ? left : MaxWait, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
