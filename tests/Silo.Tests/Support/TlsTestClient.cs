using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>A bare TLS connection to one of a silo's ports.</summary>
internal sealed class TlsTestClient : IAsyncDisposable
{
    private readonly TcpClient _tcp;
    private readonly SslStream _tls;

    private TlsTestClient(TcpClient tcp, SslStream tls) => (_tcp, _tls) = (tcp, tls);

    /// <summary>The serial number of the certificate that the silo showed.</summary>
    public string Serial => ((X509Certificate2)_tls.RemoteCertificate!).SerialNumber;

    /// <summary>Shows a certificate, or none; null when the silo breaks off the handshake.</summary>
    public static async Task<TlsTestClient?> ConnectAsync(int port, X509Certificate2? certificate)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, port);
        var tls = new SslStream(tcp.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "silo.hybrid",
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                AllowTlsResume = false,
            });
            return new TlsTestClient(tcp, tls);
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException)
        {
            await tls.DisposeAsync();
            tcp.Dispose();
            return null;
        }
    }

    /// <summary>True when the silo speaks, false when it ends the connection before it does.</summary>
    public async Task<bool> ReceivesDataAsync()
    {
        try
        {
            return await _tls.ReadAsync(new byte[1]) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Reads until the silo ends the connection.</summary>
    public async Task WaitForCloseAsync()
    {
        while (await ReceivesDataAsync())
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        _tcp.Dispose();
    }
}
