using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>Whether the control plane's certificate is trusted here, and for how long yet.</summary>
internal sealed class TlsCheck(ControlPlaneRoute route, TimeProvider time)
{
    private const int WarningDays = 14;

    private CheckResult? _result;

    public Check Check => new("tls", RunAsync);

    private async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        if (route.Address.Scheme != Uri.UriSchemeHttps)
        {
            return route.Address.IsLoopback
                ? CheckResult.Ok("plain http, within this machine")
                : CheckResult.Warn("plain http: token and payloads travel in the clear; give the control plane an https address");
        }

        try
        {
            using var response = await route.GetVersionAsync(cancellationToken, ValidateCertificate);
        }
        catch (HttpRequestException) when (_result is not null)
        {
            // The handshake has failed, or what came after it, which is another check's concern.
        }

        return _result ?? CheckResult.Fail("no certificate was shown");
    }

    private bool ValidateCertificate(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        _result = Evaluate(shown as X509Certificate2, chain, errors);
        return errors == SslPolicyErrors.None;
    }

    private CheckResult Evaluate(X509Certificate2? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is null || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return CheckResult.Fail("no certificate was shown: is this port one for https?");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return CheckResult.Fail($"the certificate is for {shown.GetNameInfo(X509NameType.DnsName, forIssuer: false)}, "
                + $"not {route.Address.IdnHost}: correct the address, or the certificate");
        }

        if (errors != SslPolicyErrors.None)
        {
            var faults = string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
            return CheckResult.Fail($"the certificate chain of {shown.Subject} is not valid: {faults} {TrustHint}");
        }

        var end = chain.ChainElements.Min(element => element.Certificate.NotAfter.ToUniversalTime());
        var days = (int)(end - time.GetUtcNow().UtcDateTime).TotalDays;
        var issuer = shown.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        return days < WarningDays
            ? CheckResult.Warn($"the certificate chain is valid for only {days} more days: renew the certificate by {end:yyyy-MM-dd}")
            : CheckResult.Ok($"the certificate chain is valid for {days} days, issued by {issuer}");
    }

    private static string TrustHint => Environment.GetEnvironmentVariable("SSL_CERT_FILE") is { Length: > 0 } file && !File.Exists(file)
        ? $"SSL_CERT_FILE names {file}, which is not there: mount it, or correct the path"
        : "Trusted are the system's authorities and those in CA_FILE: the root certificate of a CA of your own belongs there, in PEM";
}
