namespace OrleansHybrid.Support;

/// <summary>A fact about lines that people copy into a shell, which call with curl.</summary>
public sealed class CurlTheoryAttribute() : ConditionalTheoryAttribute(Need.Curl);

/// <summary>A fact about lines that people copy into a shell, which sign with openssl.</summary>
public sealed class OpensslFactAttribute() : ConditionalFactAttribute(Need.Openssl);

/// <summary>A fact about lines that people copy into a shell, which sign with openssl and call with curl.</summary>
public sealed class SignedCurlFactAttribute() : ConditionalFactAttribute(Need.Openssl, Need.Curl);

/// <summary>A fact about a folder in memory.</summary>
public sealed class MemoryFactAttribute() : ConditionalFactAttribute(Need.Memory);
