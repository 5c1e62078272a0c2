namespace OrleansHybrid.Silo.Security;

/// <summary>
/// The token in each form of the web page: a stamp that belongs to one visit, so that no other site can send it.
/// </summary>
internal sealed class AntiforgeryTokens(PageTokenSigner signer)
{
    /// <summary>The name of the field that carries it.</summary>
    public const string Field = "form_token";

    /// <summary>The token for a visit's forms.</summary>
    public string TokenFor(string visitorId) => signer.Sign(PurposeOf(visitorId));

    /// <summary>True for a token that this visit was given.</summary>
    public bool IsValid(string visitorId, string? token) => signer.IsValid(token, PurposeOf(visitorId), PageSessions.MaxLifetime);

    private static string PurposeOf(string visitorId) => $"form/{visitorId}";
}
